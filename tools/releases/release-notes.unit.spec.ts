import { describe, expect, it } from '@jest/globals';
import { notesOf } from './release-notes.ts';

const changelog = `# Mudanças

## Por publicar

### Novo

- o que vem

## [0.10.0] — 2026-12-01

### Novo

- dez

## 0.1.0 (2026-11-01)

- um

## 0.0.1
`;

describe('As notas de uma versão', () => {
  it('são a parte dela, com ou sem o v da marca, e não a de outra de nome parecido', () => {
    expect(notesOf(changelog, 'v0.10.0')).toBe('### Novo\n\n- dez');
    expect(notesOf(changelog, '0.1.0')).toBe('- um');
  });

  it('faltam onde a versão não está, ou nada se diz dela', () => {
    expect(notesOf(changelog, 'v0.2.0')).toBeUndefined();
    expect(notesOf(changelog, 'v0.0.1')).toBeUndefined();
    expect(notesOf(changelog, '')).toBeUndefined();
  });
});
