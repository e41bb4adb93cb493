import { Route, Routes } from 'react-router-dom'
import { AdminsOnly } from './guards/admins-only.tsx'
import { ProvenRecently } from './guards/proven-recently.tsx'
import { Layout } from './layout/layout.tsx'
import { Apis } from './pages/apis.tsx'
import { Guards } from './pages/guards.tsx'
import { Home } from './pages/home.tsx'
import { Hooks } from './pages/hooks.tsx'
import { Idle } from './pages/idle.tsx'
import { NotFound } from './pages/not-found.tsx'
import { Orders } from './pages/orders.tsx'
import { PhotoCallback } from './pages/photo-callback.tsx'
import { Photos } from './pages/photos.tsx'
import { Popups } from './pages/popups.tsx'
import { Profile } from './pages/profile.tsx'
import { ProfileDetails } from './pages/profile-details.tsx'
import { Routers } from './pages/routers.tsx'
import { ServerRendering } from './pages/server-rendering.tsx'
import { SignInCallback } from './pages/sign-in-callback.tsx'
import { SignedInOnly } from './pages/signed-in-only.tsx'
import { StepUp } from './pages/step-up.tsx'
import { Tenants } from './pages/tenants.tsx'
import { TestKit } from './pages/test-kit.tsx'
import { PhotoSession } from './photos/photo-session.tsx'

export function App() {
  return (
    <Routes>
      <Route element={<Layout />}>
        <Route path="/" element={<Home />} />
        <Route path="/hooks" element={<Hooks />} />
        <Route path="/guards" element={<Guards />} />
        <Route path="/guards/admins" element={<AdminsOnly />} />
        <Route path="/guards/recent" element={<ProvenRecently />} />
        <Route path="/idle" element={<Idle />} />
        <Route path="/popups" element={<Popups />} />
        <Route path="/routers" element={<Routers />} />
        <Route path="/server-rendering" element={<ServerRendering />} />
        <Route path="/tenants" element={<Tenants />} />
        <Route path="/test-kit" element={<TestKit />} />
        <Route path="/callback" element={<SignInCallback />} />
        <Route element={<SignedInOnly />}>
          <Route path="/profile" element={<Profile />} />
          <Route path="/profile/details" element={<ProfileDetails />} />
          <Route path="/orders" element={<Orders />} />
          <Route path="/apis" element={<Apis />} />
          <Route path="/step-up" element={<StepUp />} />
        </Route>
        <Route element={<PhotoSession />}>
          <Route path="/photos" element={<Photos />} />
          <Route path="/photos/callback" element={<PhotoCallback />} />
        </Route>
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  )
}
