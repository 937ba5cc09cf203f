import { Link } from "wouter";
import { useWords } from "../words/words.tsx";
import { Empty } from "./Notice.tsx";

export function NotFound() {
  const { page } = useWords();
  return (
    <Empty title={page.notFound}>
      <Link href="/">{page.home}</Link>
    </Empty>
  );
}
