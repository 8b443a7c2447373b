const PASSOS = 10;

/**
 * What a person's browser does at a `ProvedorOidc` with the address that a log-in gives: says who they are, and is sent
 * back.
 * @returns what the provider adds to the address that it sends them back to
 */
export async function entrarNoProvedor(endereco: string, nome: string): Promise<Record<string, string>> {
  const biscoitos = new Map<string, string>();
  let url = new URL(endereco);
  const { origin } = url;
  let form: URLSearchParams | undefined;
  for (let passos = 0; passos < PASSOS; passos++) {
    const resposta = await fetch(url, {
      method: form ? 'POST' : 'GET',
      ...(form && { body: form }),
      redirect: 'manual',
      headers: { cookie: [...biscoitos].map(([chave, valor]) => `${chave}=${valor}`).join('; ') },
    });
    for (const dado of resposta.headers.getSetCookie()) {
      const [, chave = '', valor = ''] = /^([^=]+)=([^;]*)/.exec(dado) ?? [];
      biscoitos.set(chave, valor);
    }
    const pagina = await resposta.text();
    const para = resposta.headers.get('location');
    if (para === null) {
      if (resposta.status !== 200) throw new Error(`O provedor respondeu ${resposta.status}: ${pagina.slice(0, 500)}`);
      form = new URLSearchParams({ prompt: 'login', login: nome, password: 'qualquer' });
      url = new URL(/action="([^"]+)"/.exec(pagina)?.[1] ?? url.href, url);
      continue;
    }
    form = undefined;
    url = new URL(para, url);
    if (url.origin !== origin) return Object.fromEntries(url.searchParams);
  }
  throw new Error('O provedor não devolve a pessoa');
}
