/** The entry of the pages. */
import { render } from 'preact';
import './styles/index.css';
import { direction, language } from './messages/index.ts';
import { App } from './pages/app.tsx';
import { createSdk } from './sdk/index.ts';

document.documentElement.lang = language;
document.documentElement.dir = direction;
render(<App sdk={createSdk()} />, document.getElementById('app')!);
