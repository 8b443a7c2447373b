const formatos = new Map<string, Intl.NumberFormat>();

/** Reais as people read them. @param centavos whole, negative for a discount */
export function dinheiro(centavos: number, idioma: string): string {
  const formato = formatos.get(idioma) ?? new Intl.NumberFormat(idioma, { style: 'currency', currency: 'BRL' });
  formatos.set(idioma, formato);
  return formato.format(centavos / 100);
}
