/**
 * The self-test of camera and light, in Hindi.
 * @module
 */
import type { Translation } from './types.ts';

export const selfTest: Translation['selfTest'] = {
  link: 'कैमरा और रोशनी जाँचें',
  title: 'कैमरा और रोशनी जाँचें',
  intro:
    'अधिकतर अस्वीकृतियाँ रोशनी, दूरी या धुँधले लेंस से होती हैं। यहाँ आप देखते हैं कि कैमरा आपको कैसे देखता है, वैसे ही जैसे साइन-इन मापता है।',
  stays:
    'माप इसी डिवाइस पर होता है और केवल आपको दिखाया जाता है। कुछ भी मिलाया, रखा या भेजा नहीं जाता, और यह प्रयास नहीं गिना जाता।',
  start: 'कैमरा शुरू करें',
  stop: 'रोकें',
  good: 'अच्छा। साइन-इन यह तस्वीर ले लेगा',
  measure: 'माप',
  value: 'अभी',
  wanted: 'चाहिए',
  fits: 'ठीक है',
  doesNotFit: 'ठीक नहीं',
  exactly: '{least}',
  between: '{least} से {most}',
  atLeast: '{least} या अधिक',
  atMost: '{most} या कम',
  pixels: '{value} px',
  measures: {
    faces: 'चेहरे',
    height: 'तस्वीर में चेहरे की ऊँचाई',
    eyes: 'आँखों की दूरी',
    luma: 'चेहरे की चमक',
    clipped: 'बहुत उजला या काला भाग',
    contrast: 'कंट्रास्ट',
    sharpness: 'स्पष्टता',
    turn: 'सिर का घुमाव',
  },
};
