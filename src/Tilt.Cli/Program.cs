using Tilt.Cli.Commands;
using Tilt.Cli.Launch;

AllocatorLaunch.Restart(args);
return SingleThread.Run(() => TiltCommandLine.RunAsync(args));
