import { describe, expect, it } from '@jest/globals';
import { contasDe, divisao, julgar } from './canario.ts';

describe('As contas de uma versão', () => {
  it('são as de quem usa a API, e não as de quem a mede', () => {
    const metrics = [
      'http_request_duration_seconds_count{method="GET",route="/v1/espacos",status_code="200",service="bff-web"} 90',
      'http_request_duration_seconds_count{method="POST",route="/v1/reservas",status_code="503",service="bff-web"} 4',
      'http_request_duration_seconds_count{method="POST",route="/v1/reservas",status_code="409",service="bff-web"} 6',
      'http_request_duration_seconds_count{method="GET",route="/health/ready",status_code="503",service="bff-web"} 50',
      'http_request_duration_seconds_sum{method="GET",route="/v1/espacos",status_code="500",service="bff-web"} 7',
    ].join('\n');
    expect(contasDe(metrics)).toEqual({ pedidos: 100, erros: 4 });
  });
});

describe('Uma versão nova', () => {
  const antes = { pedidos: 1_000, erros: 30 };
  const depois = (pedidos: number, erros: number) =>
    julgar(antes, { pedidos: antes.pedidos + pedidos, erros: antes.erros + erros });

  it('segue depois de pedidos bastantes, com o que errou antes do passo fora da conta', () => {
    expect(depois(59, 0)).toBe('espera');
    expect(depois(60, 0)).toBe('segue');
    expect(depois(400, 4)).toBe('segue');
  });

  it('volta assim que se sabe que erra, sem esperar pelos outros pedidos', () => {
    expect(depois(2, 2)).toBe('espera');
    expect(depois(3, 3)).toBe('volta');
    expect(depois(399, 4)).toBe('volta');
  });

  it('recebe a parte que se diz, e nada ou tudo nas pontas', () => {
    expect(divisao('a:1', 'b:2', 0)).toEqual(['a:1']);
    expect(divisao('a:1', 'b:2', 5)).toEqual(['a:1 weight=95', 'b:2 weight=5']);
    expect(divisao('a:1', 'b:2', 100)).toEqual(['b:2']);
  });
});
