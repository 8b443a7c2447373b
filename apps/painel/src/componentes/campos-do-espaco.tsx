import { Campo } from '@plataforma/kit';
import { useTextos } from '../textos/index.js';
import type { ParteDaEdicao } from './edicao.js';

const inteiro = (valor: string): number => Math.max(0, Math.round(Number(valor)));

type De<Nome extends keyof ParteDaEdicao['edicao']> = ParteDaEdicao & { readonly campo: Nome };

export function CampoDeTexto({ campo, edicao, mudar, erros }: De<'nome' | 'cidade' | 'endereco'>) {
  const t = useTextos();
  return (
    <Campo
      id={campo}
      rotulo={t(`espacos.${campo}`)}
      required
      erro={erros[campo]}
      value={edicao[campo]}
      onChange={({ target }) => mudar({ [campo]: target.value })}
    />
  );
}

export function CampoDeNumero({
  campo,
  edicao,
  mudar,
  erros,
}: De<
  | 'capacidade'
  | 'quantidadeUnidades'
  | 'duracaoMinimaMinutos'
  | 'duracaoMaximaMinutos'
  | 'passoMinutos'
  | 'folgaAntesMinutos'
  | 'folgaDepoisMinutos'
  | 'antecedenciaMinimaMinutos'
  | 'prazoAprovacaoHoras'
  | 'toleranciaMinutos'
  | 'prorrogacaoMaximaMinutos'
>) {
  const t = useTextos();
  return (
    <Campo
      id={campo}
      rotulo={t(`espacos.${campo}`)}
      type="number"
      min={0}
      required
      erro={erros[campo]}
      value={edicao[campo]}
      onChange={({ target }) => mudar({ [campo]: inteiro(target.value) })}
    />
  );
}

/** What may be left out, for which the platform's own then holds. */
export function CampoOpcional({
  campo,
  edicao,
  mudar,
  erros,
}: De<'horizonteDias' | 'cotaReservasAtivas' | 'cotaHorasSemana' | 'retencaoSegundos'>) {
  const t = useTextos();
  return (
    <Campo
      id={campo}
      rotulo={t(`espacos.${campo}`)}
      dica={t(`espacos.vazio.${campo}`)}
      type="number"
      min={1}
      erro={erros[campo]}
      value={edicao[campo] ?? ''}
      onChange={({ target }) => mudar({ [campo]: target.value === '' ? null : inteiro(target.value) })}
    />
  );
}
