import { Botao, Campo } from '@plataforma/kit';
import { useTextos } from '../textos/index.js';
import type { ParteDaEdicao } from './edicao.js';
import estilo from './painel.module.css';

/** How much comes back until when: tiers that can be changed, the latest first. */
export function Cancelamento({ edicao, mudar, erros }: ParteDaEdicao) {
  const t = useTextos();
  const faixas = edicao.politicaCancelamento;
  const trocar = (novas: typeof faixas) =>
    mudar({ politicaCancelamento: novas.toSorted((a, b) => b.horasAntes - a.horasAntes) });
  return (
    <fieldset className={estilo['folha']}>
      <legend>
        <strong>{t('espacos.cancelamento')}</strong>
      </legend>
      <p className={estilo['suave']} id="politicaCancelamento" tabIndex={-1}>
        {faixas.length === 0
          ? t('espacos.nadaVolta')
          : faixas
              .map(({ horasAntes, percentual }) => t('espacos.volta', { percentual, horas: horasAntes }))
              .join(' · ')}
      </p>
      {erros['politicaCancelamento'] !== undefined && <p role="alert">{erros['politicaCancelamento']}</p>}
      {faixas.map((faixa, i) => (
        <div key={i} className={estilo['filtros']}>
          <Campo
            rotulo={t('espacos.horasAntes')}
            type="number"
            min={0}
            max={8_760}
            value={faixa.horasAntes}
            // In order when one is done with it: a tier does not move under one's hands.
            onChange={({ target }) =>
              mudar({
                politicaCancelamento: faixas.map((outra, j) =>
                  i === j ? { ...faixa, horasAntes: Math.max(0, Number(target.value)) } : outra,
                ),
              })
            }
            onBlur={() => trocar(faixas)}
          />
          <Campo
            rotulo={t('espacos.quantoVolta')}
            type="number"
            min={0}
            max={100}
            value={faixa.percentual}
            onChange={({ target }) =>
              trocar(
                faixas.map((outra, j) =>
                  i === j ? { ...faixa, percentual: Math.round(Number(target.value)) } : outra,
                ),
              )
            }
          />
          <Botao
            forma="leve"
            aria-label={`${t('espacos.tirarRegra')}: ${t('espacos.volta', { percentual: faixa.percentual, horas: faixa.horasAntes })}`}
            onClick={() => trocar(faixas.filter((_, j) => i !== j))}
          >
            {t('espacos.tirarRegra')}
          </Botao>
        </div>
      ))}
      {faixas.length < 10 && (
        <div>
          <Botao
            forma="secundario"
            onClick={() => trocar([...faixas, { horasAntes: (faixas[0]?.horasAntes ?? 0) + 24, percentual: 100 }])}
          >
            {t('espacos.novaFaixa')}
          </Botao>
        </div>
      )}
    </fieldset>
  );
}
