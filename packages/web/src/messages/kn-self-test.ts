/**
 * The self-test of camera and light, in Kannada.
 * @module
 */
import type { Translation } from './types.ts';

export const selfTest: Translation['selfTest'] = {
  link: 'ಕ್ಯಾಮೆರಾ ಮತ್ತು ಬೆಳಕು ಪರಿಶೀಲಿಸಿ',
  title: 'ಕ್ಯಾಮೆರಾ ಮತ್ತು ಬೆಳಕು ಪರಿಶೀಲಿಸಿ',
  intro:
    'ಹೆಚ್ಚಿನ ನಿರಾಕರಣೆಗಳು ಬೆಳಕು, ದೂರ ಅಥವಾ ಮಸುಕಾದ ಲೆನ್ಸ್‌ನಿಂದ ಬರುತ್ತವೆ. ಕ್ಯಾಮೆರಾ ನಿಮ್ಮನ್ನು ಹೇಗೆ ನೋಡುತ್ತದೆ ಎಂಬುದನ್ನು, ಸೈನ್ ಇನ್ ಅಳೆಯುವಂತೆಯೇ, ಇಲ್ಲಿ ನೋಡುತ್ತೀರಿ.',
  stays:
    'ಅಳತೆ ಈ ಸಾಧನದಲ್ಲೇ ನಡೆಯುತ್ತದೆ, ನಿಮಗೆ ಮಾತ್ರ ತೋರಿಸಲಾಗುತ್ತದೆ. ಏನನ್ನೂ ಹೋಲಿಸುವುದಿಲ್ಲ, ಇಟ್ಟುಕೊಳ್ಳುವುದಿಲ್ಲ, ಕಳುಹಿಸುವುದಿಲ್ಲ, ಮತ್ತು ಇದು ಪ್ರಯತ್ನವೆಂದು ಎಣಿಸುವುದಿಲ್ಲ.',
  start: 'ಕ್ಯಾಮೆರಾ ಪ್ರಾರಂಭಿಸಿ',
  stop: 'ನಿಲ್ಲಿಸಿ',
  good: 'ಚೆನ್ನಾಗಿದೆ. ಸೈನ್ ಇನ್ ಈ ಚಿತ್ರವನ್ನು ತೆಗೆದುಕೊಳ್ಳುತ್ತದೆ',
  measure: 'ಅಳತೆ',
  value: 'ಈಗ',
  wanted: 'ಬೇಕಾದದ್ದು',
  fits: 'ಸರಿ',
  doesNotFit: 'ಸರಿಯಿಲ್ಲ',
  exactly: '{least}',
  between: '{least} ರಿಂದ {most}',
  atLeast: '{least} ಅಥವಾ ಹೆಚ್ಚು',
  atMost: '{most} ಅಥವಾ ಕಡಿಮೆ',
  pixels: '{value} px',
  measures: {
    faces: 'ಮುಖಗಳು',
    height: 'ಚಿತ್ರದಲ್ಲಿ ಮುಖದ ಎತ್ತರ',
    eyes: 'ಕಣ್ಣುಗಳ ಅಂತರ',
    luma: 'ಮುಖದ ಹೊಳಪು',
    clipped: 'ಮಾಸಿದ ಅಥವಾ ಕಪ್ಪಾದ ಭಾಗ',
    contrast: 'ವ್ಯತಿರಿಕ್ತತೆ',
    sharpness: 'ಸ್ಪಷ್ಟತೆ',
    turn: 'ತಲೆಯ ತಿರುವು',
  },
};
