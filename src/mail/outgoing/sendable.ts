import { isMailAddress } from '../../domain/messages/address.ts';
import { isPlainAddress } from '../mime/mime-addresses.ts';

/** Whether a mail can be addressed to it: whatever this product accepts as an address can also be written to. */
export const isSendable = (address: string): boolean => isMailAddress(address) || isPlainAddress(address);
