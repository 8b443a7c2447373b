import { dinheiro, useIdioma } from '@plataforma/kit';
import estilo from '../telas/espaco.module.css';
import { useTextos } from '../textos/index.js';

interface Linha {
  readonly descricao: string;
  readonly valorCentavos: number;
}

/** What a price is made of, and its sum. */
export function LinhasDePreco({ linhas, total, rotulo }: { linhas: readonly Linha[]; total: number; rotulo?: string }) {
  const t = useTextos();
  const idioma = useIdioma();
  return (
    <dl className={estilo['linhas']}>
      {linhas.map(({ descricao, valorCentavos }, i) => (
        <div key={i}>
          <dt>{descricao}</dt>
          <dd>{dinheiro(valorCentavos, idioma)}</dd>
        </div>
      ))}
      <div className={estilo['total']}>
        <dt>{rotulo ?? t('preco.total')}</dt>
        <dd>{dinheiro(total, idioma)}</dd>
      </div>
    </dl>
  );
}
