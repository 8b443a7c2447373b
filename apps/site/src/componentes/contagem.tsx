import { useEffect, useEffectEvent, useState } from 'react';
import { agora, contagem, useAgora } from '@plataforma/kit';
import { useTextos } from '../textos/index.js';
import estilo from '../telas/pagar.module.css';

/** Announced at these only: a voice that counts seconds lets nobody pay. */
const ANUNCIADOS = [5, 2];

/** How long the space is still held, by the server's clock. */
export function ContagemDaRetencao({
  ateMs,
  rotulo,
  aoFim,
  aoAcabar,
}: {
  ateMs: number;
  rotulo?: string;
  /** What happens then, in words. */
  aoFim: string;
  /** Told once when it is over. */
  aoAcabar: () => void;
}) {
  const t = useTextos();
  useAgora(1_000);
  const resta = ateMs - agora();
  const acabou = resta <= 0;
  const contar = useEffectEvent(aoAcabar);
  useEffect(() => {
    if (acabou) contar();
  }, [acabou]);
  const minutos = Math.ceil(resta / 60_000);
  const [inicial] = useState(minutos);
  const dito = ANUNCIADOS.findLast((quando) => minutos <= quando && inicial > quando);
  if (acabou)
    return (
      <p className={estilo['contagem']} role="status" data-urgente>
        {t('pagar.acabou')}
      </p>
    );
  return (
    <p className={estilo['contagem']} data-urgente={resta < 120_000 || undefined}>
      {rotulo ?? t('pagar.retido')}{' '}
      <strong role="timer" aria-live="off">
        {contagem(resta)}
      </strong>
      <span className={estilo['aoFim']}>{aoFim}</span>
      <span className="so-para-ouvir" role="status">
        {dito !== undefined && resta > 0 && t('pagar.faltam', { minutos: dito })}
      </span>
    </p>
  );
}
