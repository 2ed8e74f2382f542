using Tilt.Cli.Commands;
using Tilt.Cli.Launch;

AllocatorLaunch.Restart(args);
return await TiltCommandLine.RunAsync(args);
