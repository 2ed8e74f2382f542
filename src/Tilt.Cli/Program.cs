using Tilt.Cli;

return await TiltCommandLine.RunAsync(args);
