using DynamoBackup.HelpWriter.Problems;

namespace DynamoBackup.HelpWriter;

/// <summary>
/// The build's help writer: <c>HelpWriter cmdlets.dll docs-folder output-folder reference.dll...</c>. The references are assemblies that
/// the cmdlets are compiled against but that do not lie beside them.
/// </summary>
internal static class Program
{
    private const int FirstReference = 3;

    private static int Main(string[] args)
    {
        var problems = new HelpProblems();
        if (args.Length < FirstReference)
        {
            problems.Add("HelpWriter", 0, HelpCode.CannotRun, "usage: HelpWriter <cmdlets.dll> <docs folder> <output folder> [<reference.dll> ...]");
        }
        else
        {
            try
            {
                HelpRun.Run(args[0], args[1], args[2], args[FirstReference..], problems);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or BadImageFormatException)
            {
                problems.Add("HelpWriter", 0, HelpCode.CannotRun, error.Message);
            }
        }

        foreach (var problem in problems.InFileOrder())
            Console.Error.WriteLine(problem);
        return problems.Any ? 1 : 0;
    }
}
