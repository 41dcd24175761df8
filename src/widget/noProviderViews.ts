/** Stands in for `@uppy/core/provider-views` where no remote source can be added: there is no icon to show. */
export const defaultPickerIcon = () => null;
