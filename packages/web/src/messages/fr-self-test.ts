/**
 * The self-test of camera and light, in French.
 * @module
 */
import type { Translation } from './types.ts';

export const selfTest: Translation['selfTest'] = {
  link: 'Vérifier la caméra et la lumière',
  title: 'Vérifier la caméra et la lumière',
  intro:
    'La plupart des refus viennent de la lumière, de la distance ou d’un objectif sale. Ici, vous voyez ce que la caméra voit de vous, comme la connexion le mesure.',
  stays:
    'C’est mesuré sur cet appareil et montré à vous seul. Rien n’est comparé, conservé ni envoyé, et cela ne compte pas comme un essai.',
  start: 'Démarrer la caméra',
  stop: 'Arrêter',
  good: 'Bien. Une connexion prendrait cette image',
  measure: 'Mesure',
  value: 'Maintenant',
  wanted: 'Voulu',
  fits: 'convient',
  doesNotFit: 'ne convient pas',
  exactly: '{least}',
  between: '{least} à {most}',
  atLeast: '{least} ou plus',
  atMost: '{most} ou moins',
  pixels: '{value} px',
  measures: {
    faces: 'Visages',
    height: 'Hauteur du visage dans l’image',
    eyes: 'Distance des yeux',
    luma: 'Luminosité du visage',
    clipped: 'Part surexposée ou noire',
    contrast: 'Contraste',
    sharpness: 'Netteté',
    turn: 'Rotation de la tête',
  },
};
