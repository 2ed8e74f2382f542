using Tilt.Cli.Commands;

return await TiltCommandLine.RunAsync(args);
