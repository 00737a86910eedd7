/** Which page an address means. */
import type { Sdk } from '../sdk/index.ts';
import { AboutPage } from './about/about-page.tsx';
import { AccountPage } from './account/account-page.tsx';
import { AddDevicePage } from './add-device/add-device-page.tsx';
import { EnrolPage } from './enrol/enrol-page.tsx';
import { ErrorPage } from './error/error-page.tsx';
import { SelfTestPage } from './self-test/self-test-page.tsx';
import { SignInPage } from './sign-in/sign-in-page.tsx';

export function App({ sdk }: { readonly sdk: Sdk }) {
  const { pathname, search } = location;
  const uid = /^\/sign-in\/([\w-]{1,64})\/?$/.exec(pathname)?.[1];
  if (uid) return <SignInPage sdk={sdk} uid={uid} />;
  switch (pathname.replace(/\/$/, '')) {
    case '/enrol':
      return <EnrolPage sdk={sdk} />;
    case '/add-device':
      return <AddDevicePage sdk={sdk} />;
    case '':
    case '/account':
      return <AccountPage sdk={sdk} />;
    case '/about':
      return <AboutPage sdk={sdk} />;
    case '/self-test':
      return <SelfTestPage sdk={sdk} />;
    case '/error':
      return <ErrorPage sdk={sdk} code={new URLSearchParams(search).get('code')} />;
    default:
      return <ErrorPage sdk={sdk} code="not-found" />;
  }
}
