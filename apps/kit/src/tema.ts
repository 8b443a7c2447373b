/** Light, dark, or as the device says; a choice of looks, which is all that is kept of it. */
export type Tema = 'sistema' | 'claro' | 'escuro';

const LUGAR = 'tema';

export function temaGuardado(): Tema {
  try {
    const guardado = localStorage.getItem(LUGAR);
    return guardado === 'claro' || guardado === 'escuro' ? guardado : 'sistema';
  } catch {
    return 'sistema';
  }
}

export function vestir(tema: Tema): void {
  if (tema === 'sistema') delete document.documentElement.dataset['tema'];
  else document.documentElement.dataset['tema'] = tema;
  try {
    localStorage.setItem(LUGAR, tema);
  } catch {
    // It holds until the page is left.
  }
}
