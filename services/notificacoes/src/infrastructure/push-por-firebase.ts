import type { Agent } from 'node:http';
import { cert, type Credential, deleteApp, initializeApp } from 'firebase-admin/app';
import { getMessaging, type Messaging } from 'firebase-admin/messaging';
import { type Destino, FalhaDeEnvio, type Mensagem } from '../application/ports.js';
import type { Multicast, ProvedorDePush } from './canal-de-push.js';

export interface AjustesDaFirebase {
  readonly credential: Credential;
  readonly projectId: string;
  /** By which connections are made, where they do not go to Google. */
  readonly httpAgent?: Agent | undefined;
}

/** As the JSON of a service account says. */
export const contaDaFirebase = (conta: {
  readonly project_id: string;
  readonly client_email: string;
  readonly private_key: string;
}): AjustesDaFirebase => ({
  projectId: conta.project_id,
  credential: cert({ projectId: conta.project_id, clientEmail: conta.client_email, privateKey: conta.private_key }),
});

const MORTOS = new Set(['messaging/registration-token-not-registered', 'messaging/invalid-registration-token']);
/** Over some day: the service's own failures, its rates, and a credential of the house that is not right. */
const PASSAGEIROS = new Set([
  'messaging/internal-error',
  'messaging/server-unavailable',
  'messaging/message-rate-exceeded',
  'messaging/device-message-rate-exceeded',
  'messaging/quota-exceeded',
  'messaging/third-party-auth-error',
  'messaging/authentication-error',
  'messaging/unknown-error',
]);
const DEMAIS = new Set([
  'messaging/message-rate-exceeded',
  'messaging/device-message-rate-exceeded',
  'messaging/quota-exceeded',
]);
/** The SDK does not pass on Retry-After; Google asks for a minute when a quota is used up. */
const PAUSA_DA_COTA_MS = 60_000;

let apps = 0;

/**
 * Firebase Cloud Messaging. The delivery's id is its collapse key: on a device that has not shown it yet, one that comes
 * again takes the place of the first.
 */
export class PushPorFirebase implements ProvedorDePush {
  readonly nome = 'firebase';
  readonly meio = 'FCM';
  private readonly messaging: Messaging;
  readonly close: () => Promise<void>;

  constructor({ credential, projectId, httpAgent }: AjustesDaFirebase) {
    const app = initializeApp({ credential, projectId, ...(httpAgent && { httpAgent }) }, `notificacoes-${++apps}`);
    this.messaging = getMessaging(app);
    // Only this one goes through the agent.
    this.messaging.enableLegacyHttpTransport();
    this.close = () => deleteApp(app);
  }

  async send({ id, conteudo }: Mensagem<'PUSH'>, destinos: readonly Destino[]): Promise<Multicast> {
    const { assunto, texto, caminho } = conteudo;
    const { responses } = await this.messaging.sendEachForMulticast({
      tokens: destinos.map(({ endereco }) => endereco),
      notification: { title: assunto, body: texto },
      data: { notificacaoId: id, ...(caminho !== undefined && { caminho }) },
      android: { collapseKey: id },
      apns: { headers: { 'apns-collapse-id': id } },
    });
    const codigos = responses.map(({ success, error }) => (success ? undefined : (error?.code ?? 'desconhecida')));
    return {
      aceitos: codigos.filter((codigo) => codigo === undefined).length,
      mortos: destinos.filter((_, i) => MORTOS.has(codigos[i] ?? '')).map(({ id }) => id),
      falhas: codigos
        .filter((codigo) => codigo !== undefined && !MORTOS.has(codigo))
        .map((codigo = '') => {
          // A failure of the network has a code of another kind.
          const definitiva = codigo.startsWith('messaging/') && !PASSAGEIROS.has(codigo);
          return new FalhaDeEnvio(`Firebase: ${codigo}`, definitiva, DEMAIS.has(codigo) ? PAUSA_DA_COTA_MS : undefined);
        }),
    };
  }
}
