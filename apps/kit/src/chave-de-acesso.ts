import type { CredencialHttp, CredencialNovaHttp } from '@plataforma/contracts';

/** Passkeys (WebAuthn 3), by what the browser itself reads and writes as JSON; an older browser has none. */
export const haChavesDeAcesso = (): boolean =>
  typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;

type Opcoes = Readonly<Record<string, unknown>>;

/** What the person, or their browser, did not go through with: nothing to be told. */
export const desistiu = (erro: unknown): boolean =>
  erro instanceof DOMException && (erro.name === 'NotAllowedError' || erro.name === 'AbortError');

function comoJson(credencial: Credential | null): unknown {
  if (!(credencial instanceof PublicKeyCredential)) throw new DOMException('sem credencial', 'NotAllowedError');
  return credencial.toJSON();
}

/** @throws DOMException */
export async function provarPorChave(opcoes: Opcoes): Promise<CredencialHttp> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    opcoes as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  return comoJson(await navigator.credentials.get({ publicKey })) as CredencialHttp;
}

/** @throws DOMException; InvalidStateError where this device has a key of the account already */
export async function criarChave(opcoes: Opcoes): Promise<CredencialNovaHttp> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    opcoes as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  return comoJson(await navigator.credentials.create({ publicKey })) as CredencialNovaHttp;
}
