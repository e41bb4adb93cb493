export default function Home() {
  return <h1>Rendered on the server, for anybody</h1>
}
