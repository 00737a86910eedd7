/** Version 1. Plain words; what it says is what the software does. */
export const enrolEnglish = `Sign in with your face

What happens. Your camera takes a few pictures. On this device, and only there, they become numbers that describe your face, and the numbers become encrypted sign-in tickets. Pictures and numbers are deleted on this device before the enrolment ends. The server receives the encrypted tickets. It holds no key that opens them.

What is it for. To confirm that it is you when you sign in to an application with this account. Nothing else: your face is not searched for, not compared with other people, and not given to anyone.

What the server learns. At each sign-in by face: yes or no, when, and for which application. An enrolment of this device, its name as you see it in your account, and this consent with its date.

How long. Until you remove it, or until this device has not been used to sign in for 12 months.

Your choice. You can always sign in with your passkey instead, now and later, at no disadvantage. You can withdraw this consent at any time on your account page: the encrypted tickets and the key that protects them are deleted at once, and you get a receipt.

What remains a risk. Whoever runs this site delivers this page and could change it. If somebody had both the server's stored data and your unlocked device, your face data could be recovered. The project's security page says this in full.
`;
