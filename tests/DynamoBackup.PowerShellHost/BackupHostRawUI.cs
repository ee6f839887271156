using System.Management.Automation.Host;

namespace DynamoBackup.PowerShellHost;

/// <summary>A screen that exists only as a width: wide enough for table views, and always the same.</summary>
internal sealed class BackupHostRawUI : PSHostRawUserInterface
{
    private const int Width = 150;
    private const int Height = 50;

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override Size BufferSize { get; set; } = new(Width, Height);

    public override Coordinates CursorPosition { get; set; }

    public override int CursorSize { get; set; } = 25;

    public override bool KeyAvailable => false;

    public override Size MaxPhysicalWindowSize => new(Width, Height);

    public override Size MaxWindowSize => new(Width, Height);

    public override Coordinates WindowPosition { get; set; }

    public override Size WindowSize { get; set; } = new(Width, Height);

    public override string WindowTitle { get; set; } = "DynamoBackup";

    public override void FlushInputBuffer()
    {
        // There is no input.
    }

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw BackupHostUI.NobodyToAsk("a key");

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) =>
        throw new NotSupportedException("This host has no screen to read from.");

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill)
    {
        // There is no screen to scroll.
    }

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents)
    {
        // There is no screen to paint on.
    }

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // As above.
    }
}
