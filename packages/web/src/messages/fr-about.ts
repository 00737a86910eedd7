/**
 * The operating point, in French.
 * @module
 */
import type { Translation } from './types.ts';

export const about: Translation['about'] = {
  link: 'Une correspondance est-elle sûre ?',
  title: 'Une correspondance est-elle sûre ?',
  intro:
    'Une image de la caméra devient des nombres sur votre appareil, et deux suites de nombres sont comparées sous chiffrement. Une telle comparaison peut se tromper. Voici ce qui a été mesuré pour les modèles de ce fournisseur, et ce qui ne l’a pas été.',
  rates: 'Mesuré',
  wrong: 'Un inconnu est pris pour vous',
  wrongValue: 'environ {rate} des comparaisons (mesuré de {low} à {high})',
  right: 'Vous êtes reconnu au premier essai',
  rightValue: '{value} des comparaisons (mesuré de {low} à {high})',
  frames: 'Ce qui est comparé',
  framesValue: { one: '{count} image de chaque côté', other: 'la moyenne de {count} images de chaque côté' },
  perFrame: 'Le premier chiffre pour un seul appareil',
  perFrameValue: 'de {low} à {high} : chaque appareil a son propre repère secret',
  wolf: 'Quelqu’un qui tient votre appareil déverrouillé, n’a pas votre visage et envoie les meilleurs nombres que nous ayons trouvés',
  wolfValue:
    'entre avec au moins {one} en un essai, {five} en cinq ; une meilleure recherche peut trouver plus',
  verifier: 'Comment un modèle de visage est fait',
  verifiers: {
    mean: 'la moyenne des images',
    logistic: 'appris sur l’appareil contre des visages qui n’existent pas',
  },
  evidence: 'Mesuré sur',
  evidenceValue: '{people} personnes, {pictures} images, {frames} repères secrets',
  source: 'Origine des images',
  threshold: 'Seuil',
  thresholdValue: '{tau} sur {most} au plus, profil {profile}',
  unmeasuredTitle: 'Non mesuré',
  unmeasured: {
    groups:
      'Les différences selon la couleur de peau, le sexe, l’âge ou l’origine. Attendez-vous à en voir : la plupart des reconnaissances faciales en ont.',
    glasses: 'Lunettes, masques, maquillage et barbes pris à part.',
    ageing: 'Les visages qui vieillissent entre l’enregistrement et la connexion.',
    webcams:
      'Les webcams prises à part, sauf si l’origine ci-dessus le dit : leurs images d’un même moment se ressemblent beaucoup.',
    relatives: 'Jumeaux et parents, et ceux qui cherchent quelqu’un à qui ils ressemblent.',
  },
  research:
    'Une partie de ces modèles a été apprise sur des images de recherche. Ils sont pour un usage non commercial tant que l’exploitant n’en apporte pas d’autres.',
  retry: 'Réessayer',
};
