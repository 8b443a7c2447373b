interface Range {
  readonly type: string;
  readonly quality: number;
  readonly position: number;
}

const QUALITY = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** One media range of an Accept header; a quality that is none counts as not said. */
function rangeOf(part: string, position: number): Range {
  const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
  const said = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return { type, quality: said !== undefined && QUALITY.test(said) ? Number(said) : 1, position };
}

/** The range that decides about a type: the most specific one that matches it (RFC 9110, 12.5.1). */
function rangeFor(type: string, ranges: readonly Range[]): Range | undefined {
  for (const pattern of [type, `${type.split('/')[0]}/*`, '*/*']) {
    const range = ranges.find((candidate) => candidate.type === pattern);
    if (range) return range;
  }
  return undefined;
}

/**
 * Of the media types that there are, the one that an Accept header likes best: by quality, then by who is named first,
 * then by the order of `offered`. Without a header the first; undefined when it wants none of them.
 */
export function formatoAceito<T extends string>(accept: string | undefined, offered: readonly T[]): T | undefined {
  if (accept === undefined || accept.trim() === '') return offered[0];
  const ranges = accept.split(',').map(rangeOf);
  return offered
    .flatMap((type) => {
      const range = rangeFor(type, ranges);
      return range && range.quality > 0 ? [{ type, range }] : [];
    })
    .sort((a, b) => b.range.quality - a.range.quality || a.range.position - b.range.position)
    .at(0)?.type;
}
