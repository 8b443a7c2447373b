const file = /^\+\+\+ b\/(?<path>.+)$/;
const hunk = /^@@ -\S+ \+(?<from>\d+)(?:,(?<count>\d+))? @@/;

/** The lines that a diff without context (`git diff -U0`) adds, as `arquivo:de-até`; what it only takes away is nowhere. */
export function linesOf(diff: string): string[] {
  let path: string | undefined;
  return diff.split('\n').flatMap((line) => {
    path = file.exec(line)?.groups?.['path'] ?? path;
    const { from, count = '1' } = hunk.exec(line)?.groups ?? {};
    if (from === undefined || path === undefined || count === '0') return [];
    return [`${path}:${from}-${Number(from) + Number(count) - 1}`];
  });
}
