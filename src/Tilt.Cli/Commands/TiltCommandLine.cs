using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Tilt.Cli.Progress;

namespace Tilt.Cli.Commands;

/// <summary>The root command, and what turns outcomes into exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted.</summary>
internal static class TiltCommandLine
{
    /// <summary>Environment variable: when set, exceptions that are faults of the program end it with their stack trace.</summary>
    private const string TraceVariable = "TILT_TRACE";

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Tilt: post-training of language models, and what sharpening and task rewards each buy.")
        {
            CompareCommand.Create(),
            EvalCommand.Create(),
            ReportCommand.Create(),
            TrainCommand.Create(),
            ShowCommand.Create(),
            PretrainCommand.Create(),
            InspectBaseCommand.Create(),
            DiagnoseCommand.Create(),
            TheoryCommand.Create(),
            VerifyCommand.Create(),
            PullCommand.Create(),
            DoctorCommand.Create(),
            TokenizeCommand.Create(),
            ScoreCommand.Create(),
            GenerateCommand.Create(),
            RandomCheckpointCommand.Create(hidden: args is not [RandomCheckpointCommand.Name, ..]),
            ExportCommand.Create(),
            ImportCommand.Create(),
        };
        return await InvokeAsync(root.Parse(args));
    }

    private static async Task<int> InvokeAsync(ParseResult parsed)
    {
        if (parsed.Action is not System.CommandLine.Help.HelpAction && parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync($"'tilt {parsed.CommandResult.Command.Name} --help' shows what there is.");
            return ExitCode.BadInput;
        }

        using var interruption = new Interruption();
        var settings = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            return await parsed.InvokeAsync(settings, interruption.Token);
        }
        catch (InputException exception)
        {
            return Fail(exception.Message, ExitCode.BadInput);
        }
        catch (TimeLimitException exception)
        {
            return Fail(exception.Message, ExitCode.Interrupted);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return Fail("Interrupted; what was done is saved. The same command continues from there.", ExitCode.Interrupted);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fail(exception.Message, ExitCode.BadInput);
        }
        // A device is out of memory, or libtorch's allocator on the CPU can't allocate memory.
        catch (ExternalException exception) when (exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || exception.Message.Contains("allocate memory", StringComparison.OrdinalIgnoreCase))
        {
            // libtorch's first line tells how much was asked for and how much there is.
            return Fail($"The device has too little memory. {exception.Message.Split('\n')[0]} Try --dtype bfloat16, shorter or fewer "
                + $"sequences, or --device cpu.", ExitCode.Failed);
        }
        catch (ArithmeticException exception)
        {
            return Fail(exception.Message, ExitCode.Failed);
        }
        catch (OutOfMemoryException)
        {
            return Fail("The memory of this machine does not suffice. Take a smaller batch, model or file, or --dtype bfloat16.",
                ExitCode.Failed);
        }
        catch (Exception exception) when (Environment.GetEnvironmentVariable(TraceVariable) is null or "")
        {
            // Nothing that a user gives should lead here: it is for faults of the program.
            return Fail($"This is a fault of Tilt: {exception.GetType().Name}: {exception.Message} Please report it with the command "
                + $"line; {TraceVariable}=1 shows where it happened.", ExitCode.Failed);
        }
    }

    private static int Fail(string message, int code)
    {
        // Progress displays may have left the cursor in the middle of a line.
        if (!Console.IsErrorRedirected) Console.Error.WriteLine();
        Console.Error.WriteLine(message);
        return code;
    }
}
