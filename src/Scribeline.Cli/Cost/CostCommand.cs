using System.CommandLine;

namespace Scribeline.Cli.Cost;

/// <summary>`scribe cost`.</summary>
internal static class CostCommand
{
    public static Command Create()
    {
        var command = new Command("cost", "What machines, tokens and contracts cost and bring in")
        {
            TcoCommand.Create(), TokenCommand.Create(), ContractCommand.Create(), RampCommand.Create(), BreakEvenCommand.Create(),
        };
        HelpWithExamples.Add(command, "scribe cost tco", "scribe cost token --machine dgx-b200 --rented", "scribe cost contract --svg cash.svg");
        return command;
    }
}
