import { useTextos } from '../textos/index.js';
import { CampoDeNumero, CampoOpcional } from './campos-do-espaco.js';
import type { ParteDaEdicao } from './edicao.js';
import estilo from './painel.module.css';
import { Unidade } from './unidade.js';

/** By which rules a space is booked. */
export function Regras(parte: ParteDaEdicao) {
  const t = useTextos();
  const { edicao, mudar } = parte;
  return (
    <div className={estilo['folha']}>
      <h2>{t('espacos.regras')}</h2>
      <Unidade edicao={edicao} mudar={mudar} />
      <CampoDeNumero campo="duracaoMinimaMinutos" {...parte} />
      <CampoDeNumero campo="duracaoMaximaMinutos" {...parte} />
      {edicao.unidadeDuracao === 'MINUTO' && <CampoDeNumero campo="passoMinutos" {...parte} />}
      <CampoDeNumero campo="folgaAntesMinutos" {...parte} />
      <CampoDeNumero campo="folgaDepoisMinutos" {...parte} />
      <CampoDeNumero campo="antecedenciaMinimaMinutos" {...parte} />
      <CampoOpcional campo="horizonteDias" {...parte} />
      <label className={estilo['linha']}>
        <input
          type="checkbox"
          checked={edicao.requerAprovacao}
          onChange={({ target }) => mudar({ requerAprovacao: target.checked })}
        />
        {t('espacos.requerAprovacao')}
      </label>
      {edicao.requerAprovacao && <CampoDeNumero campo="prazoAprovacaoHoras" {...parte} />}
      <label className={estilo['linha']}>
        <input
          type="checkbox"
          checked={edicao.exigeCheckin}
          onChange={({ target }) => mudar({ exigeCheckin: target.checked })}
        />
        {t('espacos.exigeCheckin')}
      </label>
      {edicao.exigeCheckin && <CampoDeNumero campo="toleranciaMinutos" {...parte} />}
      <details>
        <summary>{t('espacos.limites')}</summary>
        <div className={estilo['pilha']}>
          <CampoOpcional campo="cotaReservasAtivas" {...parte} />
          <CampoOpcional campo="cotaHorasSemana" {...parte} />
          <CampoOpcional campo="retencaoSegundos" {...parte} />
          <CampoDeNumero campo="prorrogacaoMaximaMinutos" {...parte} />
        </div>
      </details>
    </div>
  );
}
