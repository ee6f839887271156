using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using DynamoBackup.Differences;
using Microsoft.Win32.SafeHandles;

namespace DynamoBackup.Replay;

/// <summary>
/// The last change of each key, in a file that is mapped into memory: what does not fit into memory the system puts back to disk by itself. Open addressing by the key's hash; where it is three
/// quarters full, a table of twice the size takes its place. A file is written full of zeros before it is mapped, for a mapping that finds no room ends the process.
/// </summary>
internal sealed unsafe class WinnerTable : IDisposable
{
    private const long LeastSlots = 1 << 10;
    private const long MostSlotsAtFirst = 1 << 20;
    private const int ZeroBlock = 1 << 20;

    private readonly object _lock = new();
    private readonly WorkingFolder _folder;
    private Mapping _mapping;
    private long _slots;
    private int _generation;

    /// <summary>An empty table.</summary>
    /// <param name="folder">Where its file lies.</param>
    /// <param name="changes">Changes that are expected, many of which may be of the same key.</param>
    public WinnerTable(WorkingFolder folder, long changes)
    {
        _folder = folder;
        _slots = Math.Clamp(SlotsFor(changes), LeastSlots, MostSlotsAtFirst);
        _mapping = Map(_slots);
    }

    /// <summary>Number of keys.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes of temporary files that a table of so many keys needs at most, growing included.</summary>
    public static long BytesNeeded(long keys) => SlotsFor(keys) * sizeof(Winner) / 2 * 3;

    /// <summary>Takes a change, from any thread: it stays where no later one of its key is known.</summary>
    /// <returns>False where another change of the same key has the same place in the order.</returns>
    public bool Offer(in Winner change)
    {
        lock (_lock)
        {
            if ((Count + 1) * 4 > _slots * 3)
                Grow();
            ref var slot = ref SlotOf(change.Key);
            if (!slot.IsTaken)
                Count++;
            else if (change.CompareOrder(slot) is var order && order <= 0)
                return order < 0;
            slot = change;
            return true;
        }
    }

    /// <summary>Finds a key's last change, from any thread, once all have been taken.</summary>
    /// <returns>False where the key has none.</returns>
    public bool TryFind(Hash256 key, out Winner winner)
    {
        winner = SlotOf(key);
        return winner.IsTaken;
    }

    /// <summary>Notes that the base holds a key.</summary>
    /// <returns>False where that has been noted before.</returns>
    public bool NoteInBase(Hash256 key) => (Interlocked.Or(ref SlotOf(key).Flags, Winner.InBase) & Winner.InBase) == 0;

    /// <summary>Counts, by increment and file, the last changes that leave items.</summary>
    public IReadOnlyDictionary<(int Increment, int File), long> CountPuts()
    {
        var counts = new Dictionary<(int Increment, int File), long>();
        for (var index = 0L; index < _slots; index++)
        {
            ref var slot = ref _mapping.First[index];
            if (slot.IsPut)
                counts[(slot.Increment, slot.File)] = counts.GetValueOrDefault((slot.Increment, slot.File)) + 1;
        }

        return counts;
    }

    /// <inheritdoc/>
    public void Dispose() => _mapping.Dispose();

    private static long SlotsFor(long keys)
    {
        var slots = LeastSlots;
        while (slots / 4 * 3 < keys && slots < long.MaxValue / sizeof(Winner) / 4)
            slots *= 2;
        return slots;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ref Winner SlotOf(Hash256 key)
    {
        var index = (long)(key.Part0 & (ulong)(_slots - 1));
        while (_mapping.First[index].IsTaken && _mapping.First[index].Key != key)
            index = (index + 1) & (_slots - 1);
        return ref _mapping.First[index];
    }

    private void Grow()
    {
        var (old, slots) = (_mapping, _slots);
        _mapping = Map(slots * 2);
        _slots = slots * 2;
        for (var index = 0L; index < slots; index++)
        {
            ref var slot = ref old.First[index];
            if (slot.IsTaken)
                SlotOf(slot.Key) = slot;
        }

        old.Dispose();
    }

    private Mapping Map(long slots)
    {
        var file = _folder.Create($"changes-{_generation++}");
        try
        {
            var bytes = checked(slots * sizeof(Winner));
            var zeros = new byte[(int)Math.Min(bytes, ZeroBlock)];
            for (var offset = 0L; offset < bytes; offset += zeros.Length)
                RandomAccess.Write(file, zeros.AsSpan(0, (int)Math.Min(zeros.Length, bytes - offset)), offset);
            return new Mapping(file, bytes);
        }
        catch (Exception exception)
        {
            file.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
                throw _folder.Failed(exception);
            throw;
        }
    }

    /// <summary>A file and its mapping.</summary>
    private sealed class Mapping : IDisposable
    {
        private readonly SafeFileHandle _handle;
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;

        public Mapping(SafeFileHandle handle, long bytes)
        {
            _handle = handle;
            _file = MemoryMappedFile.CreateFromFile(handle, null, bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
            _view = _file.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.ReadWrite);
            byte* start = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            First = (Winner*)(start + _view.PointerOffset);
        }

        public Winner* First { get; }

        public void Dispose()
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
            _handle.Dispose();
        }
    }
}
