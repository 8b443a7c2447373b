/**
 * Whose requests are counted together: the `sub` of the token. It runs before `jwt`, which refuses what is not signed, and
 * so before `rate-limiting`, which reads the header; on routes that take no token it does not run.
 */
export const PERSON = `kong.service.request.clear_header("x-limite-por")
local authorization = kong.request.get_header("authorization") or ""
local claims = string.match(authorization, "^%s*[Bb]earer%s+[%w_-]+%.([%w_-]+)%.[%w_-]+%s*$")
if claims then
  claims = string.gsub(string.gsub(claims, "%-", "+"), "_", "/")
  claims = ngx.decode_base64(claims .. string.rep("=", -#claims % 4))
  local person = claims and string.match(claims, '"sub"%s*:%s*"([%w-]+)"')
  if person then kong.service.request.set_header("x-limite-por", person) end
end
`;

/** What the platform calls what Kong itself refuses; the same codes and titles as those of its applications. */
const SAID: Readonly<Record<number, readonly [code: string, title: string]>> = {
  400: ['requisicao.invalida', 'Requisição inválida'],
  401: ['auth.token-ausente', 'Autenticação necessária'],
  403: ['requisicao.recusada', 'Requisição recusada'],
  404: ['requisicao.nao-encontrada', 'Não encontrado'],
  405: ['requisicao.metodo-nao-permitido', 'Método não permitido'],
  408: ['requisicao.tempo-esgotado', 'Tempo esgotado'],
  413: ['requisicao.grande-demais', 'Requisição grande demais'],
  417: ['requisicao.grande-demais', 'Requisição grande demais'],
  429: ['requisicao.limite-excedido', 'Limite de requisições excedido'],
  500: ['interno.falha', 'Falha interna'],
  502: ['servico.indisponivel', 'Serviço indisponível'],
  503: ['servico.indisponivel', 'Serviço indisponível'],
  504: ['upstream.tempo-esgotado', 'O serviço não respondeu a tempo'],
};

const table = Object.entries(SAID)
  .map(([status, [code, title]]) => `  [${status}] = { "${code}", "${title}" },`)
  .join('\n');

/** Gives what Kong answers by itself – no target, no token, too many, too large – the form of the rest (RFC 9457). */
export const ERRORS = {
  header_filter: [
    `if kong.response.get_source() ~= "service" and kong.response.get_status() >= 400 then
  local status = kong.response.get_status()
  kong.response.set_header("Content-Type", "application/problem+json; charset=utf-8")
  kong.response.set_header("Cache-Control", "no-store")
  local id = string.match(kong.request.get_header("x-correlation-id") or "", "^[%w._:-]+$")
  if id then kong.response.set_header("X-Correlation-Id", id) end
  kong.response.clear_header("Content-Length")
  if (status == 502 or status == 503) and not kong.response.get_header("Retry-After") then
    kong.response.set_header("Retry-After", "5")
  end
end
`,
  ],
  body_filter: [
    `if kong.response.get_source() ~= "service" and kong.response.get_status() >= 400 then
  local said = {
${table}
  }
  local status = kong.response.get_status()
  local code, title = "requisicao.recusada", "Requisição recusada"
  if said[status] then code, title = said[status][1], said[status][2] end
  if kong.response.get_raw_body() and kong.request.get_method() ~= "HEAD" then
    kong.response.set_raw_body(string.format(
      '{"type":"urn:plataforma-de-reservas:problema:%s","title":"%s","status":%d,"code":"%s"}',
      code, title, status, code))
  end
end
`,
  ],
};
