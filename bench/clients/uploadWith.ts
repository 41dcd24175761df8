interface AnyUppy {
  addFiles(files: { name: string; type: string; data: File }[]): void;
  upload(): Promise<{ successful?: unknown[]; failed?: { error?: string | null }[] } | undefined>;
}

/** @throws Error if a file failed */
export async function uploadWith(uppy: AnyUppy, files: File[]): Promise<void> {
  uppy.addFiles(files.map((file) => ({ name: file.name, type: file.type, data: file })));
  const result = await uppy.upload();
  if (result?.successful?.length !== files.length) {
    throw new Error(`${result?.failed?.length} files failed: ${result?.failed?.[0]?.error}`);
  }
}
