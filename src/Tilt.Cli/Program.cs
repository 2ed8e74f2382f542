using System.CommandLine;
using Tilt.Cli;

var root = new RootCommand("Tilt: post-training of language models.") { VerifyCommand.Create() };
return root.Parse(args).Invoke();
