/** How people set something: by a flag, by a variable, or by an option of `startIdp`. */
export interface Setting {
  readonly flag: string
  readonly variable: string
  /** What a value looks like, and what it does. */
  readonly value: string
  readonly meaning: string
}

export type SettingName =
  | 'appOrigins'
  | 'host'
  | 'port'
  | 'apiPort'
  | 'stockPort'
  | 'paymentsPort'
  | 'plainPort'
  | 'accessTokenSeconds'

/** Every setting of the command line, by the name of its option. */
export const settings: Readonly<Record<SettingName, Setting>> = {
  appOrigins: {
    flag: 'app-origin',
    variable: 'APP_ORIGIN',
    value: '<origins>',
    meaning: 'where the app runs, several with commas between them (http://localhost:5173)',
  },
  host: {
    flag: 'host',
    variable: 'IDP_HOST',
    value: '<name>',
    meaning: 'localhost or 127.0.0.1, in the address of the provider (localhost)',
  },
  port: {
    flag: 'port',
    variable: 'IDP_PORT',
    value: '<port>',
    meaning: 'the provider; the four below follow it unless they are set (9400)',
  },
  apiPort: { flag: 'api-port', variable: 'API_PORT', value: '<port>', meaning: 'the orders API (9401)' },
  stockPort: { flag: 'stock-port', variable: 'STOCK_PORT', value: '<port>', meaning: 'the stock API (9402)' },
  paymentsPort: {
    flag: 'payments-port',
    variable: 'PAYMENTS_PORT',
    value: '<port>',
    meaning: 'the payments API (9403)',
  },
  plainPort: {
    flag: 'plain-port',
    variable: 'PLAIN_PORT',
    value: '<port>',
    meaning: 'the plain OAuth 2.0 server (9404)',
  },
  accessTokenSeconds: {
    flag: 'access-token-seconds',
    variable: 'ACCESS_TOKEN_SECONDS',
    value: '<seconds>',
    meaning: 'how long an access token is good (300)',
  },
}
