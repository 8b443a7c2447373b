import { describe, expect, it } from '@jest/globals';
import { redeDe } from './rede.js';

describe('A rede por que um endereço fala', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::4:5:6:7:8', '2001:db8:0:4::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['não é um endereço', 'não é um endereço'],
  ])('de %s é %s', (endereco, rede) => {
    expect(redeDe(endereco)).toBe(rede);
  });
});
