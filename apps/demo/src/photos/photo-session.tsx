import { Outlet } from 'react-router-dom'
import { PhotoAuthProvider } from './photo-auth.ts'

/** The routes inside it know two sessions: the app's own, and this one. */
export function PhotoSession() {
  return (
    <PhotoAuthProvider>
      <Outlet />
    </PhotoAuthProvider>
  )
}
