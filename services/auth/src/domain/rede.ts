/**
 * The network that an address speaks for: whoever has one IPv6 address has the 2^64 around it too. IPv4 as it is, also
 * where it comes dressed as IPv6.
 */
export function redeDe(endereco: string): string {
  const mapeado = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(endereco)?.[1];
  if (mapeado) return mapeado;
  if (!endereco.includes(':')) return endereco;
  const partes = (texto = ''): string[] => (texto === '' ? [] : texto.split(':'));
  const [antes, depois] = endereco.replace(/%.*|\d+\.\d+\.\d+\.\d+$/g, '').split('::');
  const [inicio, fim] = [partes(antes), partes(depois)];
  const zeros = Array<string>(Math.max(0, 8 - inicio.length - fim.length)).fill('0');
  const metade = [...inicio, ...zeros, ...fim].slice(0, 4);
  return `${metade.map((grupo) => parseInt(grupo, 16).toString(16)).join(':')}::/64`;
}
