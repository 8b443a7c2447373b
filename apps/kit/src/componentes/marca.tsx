import estilo from './marca.module.css';

/** The house's mark: a room, its door and its scale bar. */
export const Marca = () => (
  <svg viewBox="0 0 64 64" aria-hidden="true" className={estilo['marca']}>
    <path className={estilo['traco']} d="M6 8h52v36H6z" />
    <path className={estilo['fino']} d="M22 44V29a15 15 0 0 1 15 15M6 58h52M6 53v8M19 55v6M32 53v8M45 55v6M58 53v8" />
  </svg>
);
