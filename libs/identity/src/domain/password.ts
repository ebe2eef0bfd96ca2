import { DomainError } from '@sextant/kernel';

export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 256;

/** Stems of the passwords that lists of breaches are full of; a long password built on one is no better. */
const COMMON = [
  'password',
  'passwort',
  'qwerty',
  'azerty',
  'letmein',
  'welcome',
  'iloveyou',
  'admin',
  'sextant',
];

/**
 * Length and obviousness, nothing else: rules about kinds of characters make passwords worse (OWASP ASVS 6.2).
 * @throws DomainError PASSWORD_TOO_WEAK
 */
export function assertPassword(password: string, email: string): void {
  const refuse = (detail: string) => new DomainError('PASSWORD_TOO_WEAK', detail, { pointer: '/password' });
  if (password.length < MIN_PASSWORD_LENGTH || password.length > MAX_PASSWORD_LENGTH) {
    throw refuse(`A password has ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters.`);
  }
  const plain = password.toLowerCase();
  const [mailbox = ''] = email.split('@', 1);
  if (mailbox.length > 3 && plain.includes(mailbox))
    throw refuse('The password contains the e-mail address.');
  if (new Set(plain).size < 5) throw refuse('The password repeats a few characters.');
  if (isRun(plain)) throw refuse('The password is a run of neighbouring characters.');
  const rest = COMMON.reduce((text, stem) => text.replaceAll(stem, ''), plain).replace(/[0-9!?._-]+$/, '');
  if (rest.length < 4) throw refuse('The password is built on one of the most used ones.');
}

function isRun(text: string): boolean {
  const steps = [...text].slice(1).map((char, index) => char.charCodeAt(0) - text.charCodeAt(index));
  return steps.filter((step) => Math.abs(step) <= 1).length >= steps.length - 1;
}
