import { request } from 'node:http';
import { request as secureRequest } from 'node:https';

const timeoutMs = 5_000;

/**
 * One request to RabbitMQ's management API.
 *
 * @param url with the credentials to use
 * @returns the body, parsed; undefined when there is none
 * @throws Error naming the status when it is no success
 */
export async function manage(url: string, method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
  const { origin, protocol, username, password } = new URL(url);
  const options = {
    method,
    auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}`,
    headers: { 'content-type': 'application/json' },
    // Without an agent the connection is closed at once; an idle one would hold up RabbitMQ's shutdown for 5 s.
    agent: false,
    timeout: timeoutMs,
  } as const;
  return new Promise((resolve, reject) => {
    const call = (protocol === 'https:' ? secureRequest : request)(`${origin}${path}`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const status = response.statusCode ?? 0;
        const text = Buffer.concat(chunks).toString('utf8');
        if (status < 200 || status > 299) reject(new Error(`a API de administração do RabbitMQ respondeu ${status}`));
        else resolve(text === '' ? undefined : JSON.parse(text));
      });
    });
    call.once('timeout', () => call.destroy(new Error('a API de administração do RabbitMQ não respondeu a tempo')));
    call.once('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Whether the user of this URL may create users and grant rights. */
export async function isBrokerAdministrator(url: string): Promise<boolean> {
  const { tags = '' } = (await manage(url, 'GET', '/api/whoami')) as { tags?: string | string[] };
  return [tags].flat().join(',').split(',').includes('administrator');
}
