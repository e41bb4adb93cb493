import { useActionState } from 'react'
import { inPlainWords } from '../in-plain-words.ts'
import { AskButton } from '../layout/ask-button.tsx'
import { getPhotos } from './photo-api.ts'

/** What the service keeps for whoever is signed in there. */
export function PhotoList() {
  const [answer, ask, isAsking] = useActionState(askApi, undefined)
  return (
    <>
      <p className="actions">
        <AskButton isAsking={isAsking} ask={ask}>
          Show your photos
        </AskButton>
      </p>
      <div role="status">
        {answer?.problem && <p className="notice">{answer.problem}</p>}
        {answer?.photos && <p>Photo Shelf has {answer.photos.length} photos of yours.</p>}
      </div>
      {answer?.photos && (
        <ul className="ideas">
          {answer.photos.map(({ id, title }) => (
            <li key={id}>{title}</li>
          ))}
        </ul>
      )}
    </>
  )
}

async function askApi() {
  try {
    return { photos: await getPhotos() }
  } catch (error) {
    return { problem: inPlainWords(error) }
  }
}
