import { Escolha } from '@plataforma/kit';
import { useTextos } from '../textos/index.js';
import { DIA_MINUTOS, type ParteDaEdicao } from './edicao.js';

/** By the hour or by whole days; what one cannot keep of the other is put right at once. */
export function Unidade({ edicao, mudar }: Pick<ParteDaEdicao, 'edicao' | 'mudar'>) {
  const t = useTextos();
  return (
    <Escolha
      rotulo={t('espacos.reservaSe')}
      value={edicao.unidadeDuracao}
      onChange={({ target }) => {
        if (target.value === edicao.unidadeDuracao) return;
        const porDia = target.value === 'DIA';
        const inteiro = <T extends { abre: string; fecha: string }>(horario: T): T => ({
          ...horario,
          fecha: horario.abre,
        });
        mudar(
          porDia
            ? {
                unidadeDuracao: 'DIA',
                passoMinutos: DIA_MINUTOS,
                duracaoMinimaMinutos: DIA_MINUTOS,
                duracaoMaximaMinutos: 7 * DIA_MINUTOS,
                precoDiaCentavos: edicao.precoHoraCentavos * 8,
                precoHoraCentavos: Math.ceil((edicao.precoHoraCentavos * 8) / 24),
                regrasDePreco: edicao.regrasDePreco.filter(({ de }) => de === undefined),
                horarios: edicao.horarios.map(inteiro),
                excecoes: edicao.excecoes.map((excecao) => ({ ...excecao, horarios: excecao.horarios.map(inteiro) })),
                horariosEmFeriado: edicao.horariosEmFeriado?.map(inteiro) ?? null,
              }
            : {
                unidadeDuracao: 'MINUTO',
                passoMinutos: 30,
                duracaoMinimaMinutos: 60,
                duracaoMaximaMinutos: 480,
                precoDiaCentavos: null,
                precoHoraCentavos: Math.round((edicao.precoDiaCentavos ?? 0) / 8),
              },
        );
      }}
    >
      <option value="MINUTO">{t('espacos.porHoras')}</option>
      <option value="DIA">{t('espacos.porDias')}</option>
    </Escolha>
  );
}
