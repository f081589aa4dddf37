/** Columns as the API sends them. */
const base64 = (buffer: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(buffer)));

/** Whole numbers; -1 stands for none. */
export const int64Column = (...numbers: readonly number[]): string => base64(new BigInt64Array(numbers.map(BigInt)).buffer);

export const int32Column = (...numbers: readonly number[]): string => base64(new Int32Array(numbers).buffer);
