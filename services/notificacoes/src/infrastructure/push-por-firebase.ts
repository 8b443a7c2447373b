import type { Agent } from 'node:http';
import { cert, type Credential, deleteApp, type FirebaseError, initializeApp } from 'firebase-admin/app';
import { getMessaging, type Messaging, type SendResponse } from 'firebase-admin/messaging';
import { type Destino, FalhaDeEnvio, type Mensagem } from '../application/ports.js';
import type { Multicast, ProvedorDePush } from './canal-de-push.js';
import { recusada } from './resposta-do-provedor.js';

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

/** Of its words nothing goes on: they may have the device's token in them. */
function falhaDe(error: FirebaseError | undefined): FalhaDeEnvio {
  const { code = 'desconhecida', httpResponse } = error ?? {};
  // A failure of the network has a code of another kind.
  const definitiva = code.startsWith('messaging/') && !PASSAGEIROS.has(code);
  const status = DEMAIS.has(code) ? 429 : (httpResponse?.status ?? 0);
  return recusada(status, `Firebase: ${code}`, definitiva, httpResponse?.headers['retry-after']);
}

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
    const morto = ({ error }: SendResponse): boolean => MORTOS.has(error?.code ?? '');
    return {
      aceitos: responses.filter(({ success }) => success).length,
      mortos: destinos.filter((_, i) => responses[i] && morto(responses[i])).map(({ id }) => id),
      falhas: responses.filter((uma) => !uma.success && !morto(uma)).map(({ error }) => falhaDe(error)),
    };
  }
}
