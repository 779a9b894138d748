/** Imported by the other examples: what a user can cause, such as a wrong path, is told in its words alone, with exit code 1. */
process.on("uncaughtException", (error) => {
  console.error(error.name === "TombolaError" || "syscall" in error ? error.message : error);
  process.exit(1);
});
